import { CircleX, TriangleAlert } from 'lucide-react';

/** Why what was typed does not fit. */
export function Fault({ id, fault }: { readonly id: string; readonly fault: string | null }) {
  return (
    <p id={id} className="fault" role="alert" hidden={fault === null}>
      {fault !== null && (
        <>
          <CircleX size={12} aria-hidden="true" />
          <span>{fault}</span>
        </>
      )}
    </p>
  );
}

/** The sign of a severity, with its word for those who do not see it. */
export function SeverityIcon({ severity }: { readonly severity: 'error' | 'warning' }) {
  const Icon = severity === 'error' ? CircleX : TriangleAlert;
  return (
    <span className={`severity ${severity}`}>
      <Icon size={12} aria-hidden="true" />
      <span className="spoken">{severity === 'error' ? 'Error' : 'Warning'}</span>
    </span>
  );
}
