/** Where a request goes. Made from the raw path as it came, so that no decoding happens twice. */
export type Route =
  | { readonly to: 'file'; readonly path: string }
  | { readonly to: 'blob'; readonly id: string }
  | { readonly to: 'upload'; readonly session: string }
  | { readonly to: 'socket' }
  | { readonly to: 'nothing' };

/** `target` is the request target: a path with an optional query. What is not plainly one of ours goes nowhere. */
export function routeOf(target: string): Route {
  const path = target.split(/[?#]/, 1)[0];
  if (path === '/' || path === '') return { to: 'file', path: 'index.html' };
  if (path === '/ws') return { to: 'socket' };
  const blob = /^\/blob\/([A-Za-z0-9_-]{1,128})$/.exec(path);
  if (blob !== null) return { to: 'blob', id: blob[1] };
  const upload = /^\/upload\/([a-z0-9]{1,32})$/.exec(path);
  if (upload !== null) return { to: 'upload', session: upload[1] };
  // Files of a build have plain names: nothing is decoded, so `%2e`, `%5c` and NUL name no file.
  return isPlainPath(path.slice(1)) ? { to: 'file', path: path.slice(1) } : { to: 'nothing' };
}

function isPlainPath(path: string): boolean {
  return path.length <= 512 && path.split('/').every((part) => /^[A-Za-z0-9_@+-][A-Za-z0-9_.@+-]*$/.test(part));
}

/** The value of a query's parameter; null when it is not there, given twice, or badly encoded. */
export function queryValue(target: string, name: string): string | null {
  const at = target.indexOf('?');
  if (at === -1) return null;
  let found: string | null = null;
  for (const part of target.slice(at + 1).split('&')) {
    const [key, value = ''] = splitOnce(part, '=');
    if (key !== name) continue;
    if (found !== null) return null;
    try {
      found = decodeURIComponent(value.replace(/\+/g, ' '));
    } catch {
      return null;
    }
  }
  return found;
}

function splitOnce(text: string, by: string): readonly [string, string?] {
  const at = text.indexOf(by);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + by.length)];
}
