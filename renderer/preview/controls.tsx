import { type KeyboardEvent, type ReactNode, useId } from 'react';

/** A slider with its name and value in words. */
export function Slider({
  name,
  value,
  min,
  max,
  step,
  text,
  onChange,
}: {
  readonly name: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly text: string;
  readonly onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>{name}</label>
      <output htmlFor={id}>{text}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </div>
  );
}

export function Check({
  name,
  on,
  children,
  onChange,
}: {
  readonly name: string;
  readonly on: boolean;
  readonly children?: ReactNode;
  readonly onChange: (on: boolean) => void;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {children ?? name}
    </label>
  );
}

export interface Tab<T extends string> {
  readonly id: T;
  readonly title: string;
}

/** Tabs by the usual keys: arrows move, Home and End go to the ends. */
export function Tabs<T extends string>({
  name,
  tabs,
  at,
  onChange,
}: {
  readonly name: string;
  readonly tabs: readonly Tab<T>[];
  readonly at: T;
  readonly onChange: (tab: T) => void;
}) {
  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    const place = tabs.findIndex((tab) => tab.id === at);
    const to = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (to + tabs.length) % tabs.length;
    onChange(tabs[next].id);
    const buttons = event.currentTarget.querySelectorAll('button');
    buttons[next]?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={name} onKeyDown={keys}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={tab.id === at}
          tabIndex={tab.id === at ? 0 : -1}
          onClick={() => onChange(tab.id)}
        >
          {tab.title}
        </button>
      ))}
    </div>
  );
}

export function IconButton({
  name,
  keys,
  pressed,
  disabled,
  children,
  onClick,
}: {
  readonly name: string;
  /** Shown after the name. */
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      title={keys === undefined ? name : `${name} (${keys})`}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
