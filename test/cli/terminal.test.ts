import { expect, it } from 'vitest';
import { bar, columnsOf, printable, tableLines, terminalOf } from '../../cli/terminal.ts';

const tty = { isTTY: true, columns: 100 };

it('shows colours on a terminal only, and honours NO_COLOR, FORCE_COLOR and TERM=dumb', () => {
  expect(terminalOf(tty, {}).colour).toBe(true);
  expect(terminalOf({}, {}).colour).toBe(false);
  expect(terminalOf(tty, { NO_COLOR: '1' }).colour).toBe(false);
  expect(terminalOf(tty, { NO_COLOR: '' }).colour).toBe(true);
  expect(terminalOf({}, { FORCE_COLOR: '1' }).colour).toBe(true);
  expect(terminalOf(tty, { TERM: 'dumb' })).toMatchObject({ colour: false, interactive: false });
});

it('keeps to ASCII where the locale asks for it', (test) => {
  if (process.platform === 'win32') test.skip('Windows has no locale variables');
  expect(terminalOf(tty, { LANG: 'C' }).unicode).toBe(false);
  expect(terminalOf(tty, { LANG: 'de_DE.ISO-8859-1' }).unicode).toBe(false);
  expect(terminalOf(tty, { LANG: 'C', LC_ALL: 'C.UTF-8' }).unicode).toBe(true);
  expect(terminalOf(tty, {}).unicode).toBe(true);
  expect(bar(terminalOf(tty, { LANG: 'C' }), 0.5, 4)).toBe('##..');
});

it('fills bars by share, whatever comes', () => {
  const terminal = terminalOf(tty, {});
  expect(bar(terminal, 0.25, 8)).toBe('██░░░░░░');
  expect(bar(terminal, 7, 2)).toBe('██');
  expect(bar(terminal, Number.NaN, 2)).toBe('░░');
});

it('lets no text steer the terminal or turn its direction', () => {
  expect(printable('a\u001b[2Jb\u0007')).toBe('a\\u001b[2Jb\\u0007');
  expect(printable('\u202egnp.exe\u200b\ufeff')).toBe('\\u202egnp.exe\\u200b\\ufeff');
  expect(printable('\u009b31m\r')).toBe('\\u009b31m\\u000d');
  expect(printable('\ud800x')).toBe('\\ud800x');
  expect(printable('日本語 😀 ß\n\tx')).toBe('日本語 😀 ß\n\tx');
});

it('lines tables up, wide letters included', () => {
  expect(columnsOf('日本')).toBe(4);
  expect(columnsOf('e\u0301')).toBe(1);
  expect(columnsOf('😀')).toBe(2);
  expect(
    tableLines(
      [
        ['a', '1'],
        ['日本', '22'],
      ],
      new Set([1]),
    ),
  ).toEqual(['a      1', '日本  22']);
});
