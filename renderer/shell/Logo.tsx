/** Three streams that become one. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2 4c6 0 5 6 10 6h6M2 10h10M2 16c6 0 5-6 10-6" />
    </svg>
  );
}
