/** Whether this page runs on a Mac, where Mod is Cmd. */
export function onMac(): boolean {
  return typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform);
}
