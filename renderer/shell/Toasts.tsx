/** Messages that come and go. */
export function Toasts() {
  return null;
}
