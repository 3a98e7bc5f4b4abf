import { keyCaps } from './keys.ts';
import { onMac } from './machine.ts';

/** The first way to press something, as key caps. `all` shows every way. */
export function Keys({ keys, all = false }: { readonly keys: readonly string[] | undefined; readonly all?: boolean }) {
  if (keys === undefined || keys.length === 0) return null;
  const mac = onMac();
  return (
    <span className="keys">
      {keys.slice(0, all ? undefined : 1).map((way, i) => (
        <span key={way} className="way">
          {i > 0 && <span className="quiet">or</span>}
          {keyCaps(way, mac).map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </span>
      ))}
    </span>
  );
}
