import { describe, expect, it } from 'vitest';
import {
  crumbsOf,
  fromHome,
  isAbsolute,
  joinPath,
  nameFault,
  sharedStart,
  splitPath,
  withSuffix,
} from '../../../renderer/shell/paths.ts';

describe('paths of the back end', () => {
  it('joins and splits both kinds', () => {
    expect(joinPath('/a/b', 'c')).toBe('/a/b/c');
    expect(joinPath('/', 'c')).toBe('/c');
    expect(joinPath('C:\\Users', 'me')).toBe('C:\\Users\\me');
    expect(joinPath('C:\\', 'me')).toBe('C:\\me');
    expect(splitPath('/a/b/c')).toEqual({ folder: '/a/b/', rest: 'c' });
    expect(splitPath('C:\\a\\b')).toEqual({ folder: 'C:\\a\\', rest: 'b' });
    expect(isAbsolute('C:/x')).toBe(true);
    expect(isAbsolute('x/y')).toBe(false);
  });

  it('makes crumbs from the root on', () => {
    expect(crumbsOf('/a/b').map((c) => c.path)).toEqual(['/', '/a', '/a/b']);
    expect(crumbsOf('/').map((c) => c.path)).toEqual(['/']);
    expect(crumbsOf('C:\\a\\b').map((c) => c.path)).toEqual(['C:\\', 'C:\\a', 'C:\\a\\b']);
    expect(crumbsOf('\\\\server\\share\\x').map((c) => c.name)).toEqual(['\\\\server\\share\\', 'x']);
  });

  it('shortens the home folder, and only it', () => {
    expect(fromHome('/home/me/x', '/home/me')).toBe('~/x');
    expect(fromHome('/home/me', '/home/me')).toBe('~');
    expect(fromHome('/home/meadow', '/home/me')).toBe('/home/meadow');
    expect(fromHome('/x', '/')).toBe('/x');
  });

  it('refuses names that not every system takes, and says why', () => {
    expect(nameFault('harbour 2.tributary.json')).toBeNull();
    expect(nameFault('höfen – été.tributary.json')).toBeNull();
    for (const name of [
      '',
      ' ',
      'a/b',
      'a\\b',
      'a:b',
      'what?',
      'a\u0007',
      '.hidden',
      'end.',
      'end ',
      'NUL',
      'com1.json',
    ])
      expect(nameFault(name), JSON.stringify(name)).toMatch(/\w/);
    expect(nameFault('ü'.repeat(130))).toMatch(/too long/);
    expect(nameFault('console.json')).toBeNull();
  });

  it('adds the suffix once', () => {
    expect(withSuffix('harbour')).toBe('harbour.tributary.json');
    expect(withSuffix('harbour.json')).toBe('harbour.tributary.json');
    expect(withSuffix('harbour.Tributary.JSON')).toBe('harbour.Tributary.JSON');
    expect(withSuffix('v1.2')).toBe('v1.2.tributary.json');
  });

  it('completes as far as names agree', () => {
    expect(sharedStart(['pipelines', 'Pictures'])).toBe('pi');
    expect(sharedStart(['one'])).toBe('one');
    expect(sharedStart([])).toBe('');
  });
});
