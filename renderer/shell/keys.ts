/** What a key event says; a KeyboardEvent is one. */
export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export interface KeyCombination {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** `Z`, `F5`, `\`, `Delete`. */
  readonly key: string;
}

/** Keys that give another sign with Shift or Alt held, by their place on the keyboard. */
const signOfCode: Readonly<Record<string, string>> = {
  Backslash: '\\',
  BracketLeft: '[',
  BracketRight: ']',
  Comma: ',',
  Equal: '=',
  Minus: '-',
  Period: '.',
  Quote: "'",
  Semicolon: ';',
  Slash: '/',
  Backquote: '`',
};

const capNames: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  ' ': 'Space',
};
const macCaps: Readonly<Record<string, string>> = { Enter: '⏎', Backspace: '⌫', Delete: '⌦', Escape: 'Esc' };

/** Takes `Mod+Shift+Z` apart. */
export function readKeys(text: string): KeyCombination {
  const parts = text === '+' ? ['+'] : text.replace(/\+\+$/, '+Plus').split('+');
  const last = parts[parts.length - 1];
  const before = parts.slice(0, -1);
  return {
    mod: before.includes('Mod'),
    shift: before.includes('Shift'),
    alt: before.includes('Alt'),
    key: last === 'Plus' ? '+' : last === 'Space' ? ' ' : last.length === 1 ? last.toUpperCase() : last,
  };
}

/** One way of writing a combination, so that two can be compared. */
export function sameWay(text: string): string {
  const { mod, shift, alt, key } = readKeys(text);
  return `${mod ? 'Mod+' : ''}${alt ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

/** Whether what was pressed is `text`. On macOS Mod is Cmd, elsewhere Ctrl; letters count by their place on other alphabets. */
export function isPressed(pressed: Pressed, text: string, mac: boolean): boolean {
  const { mod, shift, alt, key } = readKeys(text);
  const other = mac ? pressed.ctrlKey : pressed.metaKey;
  if ((mac ? pressed.metaKey : pressed.ctrlKey) !== mod || other || pressed.altKey !== alt) return false;
  const sign = /^[^A-Z0-9]$/.test(key) && key !== ' ';
  // A sign that needs Shift on this keyboard (`?`) is that sign, whatever is held for it.
  if (sign && pressed.key === key) return shift ? pressed.shiftKey : true;
  if (pressed.shiftKey !== shift) return false;
  if (pressed.key.toUpperCase() === key.toUpperCase()) return true;
  // With nothing held, the sign that was typed is what was meant.
  return (mod || alt || shift) && signPressed(pressed) === key;
}

function signPressed({ key, code }: Pressed): string | null {
  const ascii = /^[\x21-\x7e]$/.test(key);
  if (/^Key[A-Z]$/.test(code)) return ascii && /[a-z]/i.test(key) ? null : code.slice(3);
  if (/^Digit\d$/.test(code)) return code.slice(5);
  return signOfCode[code] ?? null;
}

/** The caps of a combination in the order in which they are pressed. */
export function keyCaps(text: string, mac: boolean): readonly string[] {
  const { mod, shift, alt, key } = readKeys(text);
  const cap = (mac ? macCaps[key] : undefined) ?? capNames[key] ?? key;
  return mac
    ? [...(alt ? ['⌥'] : []), ...(shift ? ['⇧'] : []), ...(mod ? ['⌘'] : []), cap]
    : [...(mod ? ['Ctrl'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), cap];
}

/** `Ctrl+Shift+Z`, or `⇧⌘Z`. */
export function keyText(text: string, mac: boolean): string {
  return keyCaps(text, mac).join(mac ? '' : '+');
}

/** As `aria-keyshortcuts` wants it. */
export function ariaKeys(keys: readonly string[] | undefined, mac: boolean): string | undefined {
  return keys?.map((text) => sameWay(text).replace('Mod', mac ? 'Meta' : 'Control')).join(' ');
}
