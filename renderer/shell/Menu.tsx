import { Check, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Keys } from './Keys.tsx';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  /** What stands before the label: an icon or a light. */
  readonly sign?: ReactNode;
  /** A second, quiet line. */
  readonly note?: string;
  readonly keys?: readonly string[];
  /** Why it cannot be done now; absent when it can. */
  readonly whyNot?: string;
  /** One of several, or on and off. */
  readonly checked?: boolean;
  readonly radio?: boolean;
  readonly run?: () => void;
  /** Opens beside it. */
  readonly items?: readonly MenuItem[];
  /** A line above it. */
  readonly apart?: boolean;
}

/** A list of things to do. Arrow keys, Home, End and first letters move; Esc and a press elsewhere close it. */
export function Menu({
  label,
  items,
  onClose,
  side = 'left',
  beside = false,
}: {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** `back`: one menu less; `done`: something was chosen; `away`: the person went elsewhere, with the focus. */
  readonly onClose: (how: 'back' | 'done' | 'away') => void;
  readonly side?: 'left' | 'right';
  /** It is a submenu: the arrow to the left closes it. */
  readonly beside?: boolean;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  const typed = useRef({ text: '', at: 0 });

  useLayoutEffect(() => {
    if (!beside) rows(ref.current)[0]?.focus();
  }, [beside]);
  useEffect(() => {
    if (beside) return;
    const elsewhere = (event: PointerEvent): void => {
      const wrap = ref.current?.parentElement;
      if (event.target instanceof Node && wrap?.contains(event.target) === false) onClose('away');
    };
    document.addEventListener('pointerdown', elsewhere, true);
    return () => document.removeEventListener('pointerdown', elsewhere, true);
  }, [beside, onClose]);

  function focusRow(index: number): void {
    const all = rows(ref.current);
    all[(index + all.length) % all.length]?.focus();
  }

  function keyDown(event: KeyboardEvent): void {
    const all = rows(ref.current);
    const at = all.findIndex((row) => row.matches(':focus'));
    const item = items[at];
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') focusRow(at + 1);
    else if (event.key === 'ArrowUp') focusRow(at < 0 ? -1 : at - 1);
    else if (event.key === 'Home') focusRow(0);
    else if (event.key === 'End') focusRow(-1);
    else if (event.key === 'ArrowRight' && item?.items !== undefined) openBeside(item.id, all[at]);
    else if ((event.key === 'ArrowLeft' && beside) || event.key === 'Escape') onClose('back');
    else if (event.key === 'Tab') {
      // The focus goes on from the button.
      onClose('done');
      return;
    } else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey)
      typeAhead(event.key, at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function typeAhead(key: string, at: number): void {
    const now = performance.now();
    const text = (now - typed.current.at < 700 ? typed.current.text : '') + key.toLowerCase();
    typed.current = { text, at: now };
    const from = text.length === 1 ? at + 1 : Math.max(0, at);
    const order = items.map((_, i) => (from + i) % items.length);
    const found = order.find((i) => items[i].label.toLowerCase().startsWith(text));
    if (found !== undefined) focusRow(found);
  }

  function openBeside(id: string, row: HTMLElement | undefined): void {
    setOpen(id);
    requestAnimationFrame(() => rows(row?.parentElement?.querySelector('.drop-menu') ?? null)[0]?.focus());
  }

  return (
    <div
      ref={ref}
      className={`drop-menu floating ${side} ${beside ? 'beside' : ''}`}
      role="menu"
      aria-label={label}
      onKeyDown={keyDown}
      tabIndex={-1}
    >
      {items.map((item) => (
        <div
          key={item.id}
          role="none"
          className={item.apart ? 'menu-place apart' : 'menu-place'}
          onPointerEnter={() => setOpen(item.items === undefined ? null : item.id)}
        >
          {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked is there only with a role that has it. */}
          <button
            type="button"
            role={item.checked === undefined ? 'menuitem' : item.radio ? 'menuitemradio' : 'menuitemcheckbox'}
            aria-checked={item.checked}
            aria-disabled={item.whyNot === undefined ? undefined : true}
            aria-haspopup={item.items === undefined ? undefined : 'menu'}
            aria-expanded={item.items === undefined ? undefined : open === item.id}
            tabIndex={-1}
            className="menu-row"
            title={item.whyNot}
            onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
            onClick={(event) => {
              if (item.items !== undefined) openBeside(item.id, event.currentTarget);
              else if (item.whyNot === undefined) {
                onClose('done');
                item.run?.();
              }
            }}
          >
            <span className="menu-sign">
              {item.checked === true ? <Check size={14} aria-hidden="true" /> : item.sign}
            </span>
            <span className="menu-label">
              {item.label}
              {(item.whyNot ?? item.note) !== undefined && <small>{item.whyNot ?? item.note}</small>}
            </span>
            {item.keys !== undefined && <Keys keys={item.keys} />}
            {item.items !== undefined && <ChevronRight size={14} aria-hidden="true" />}
          </button>
          {item.items !== undefined && open === item.id && (
            <Menu
              label={item.label}
              items={item.items}
              beside
              onClose={(how) => {
                setOpen(null);
                if (how === 'back') rows(ref.current)[items.indexOf(item)]?.focus();
                else onClose(how);
              }}
            />
          )}
        </div>
      ))}
    </div>
  );
}

/** The rows of this menu, without those of a menu beside it. */
function rows(menu: Element | null): readonly HTMLElement[] {
  return menu === null ? [] : [...menu.querySelectorAll<HTMLElement>(':scope > .menu-place > .menu-row')];
}
