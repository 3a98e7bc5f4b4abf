/** Which parts are folded is remembered on this machine, per list. */
export function readFolded(list: string): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(`folded.${list}`) ?? '[]');
    return new Set(Array.isArray(stored) ? stored.filter((name) => typeof name === 'string') : []);
  } catch {
    return new Set();
  }
}

export function writeFolded(list: string, folded: ReadonlySet<string>): void {
  try {
    localStorage.setItem(`folded.${list}`, JSON.stringify([...folded]));
  } catch {
    // Without storage it is remembered until the window closes.
  }
}
