/** A name for a folder of the repository, which is what the model is called: letters, digits, `-`, `_` and `.`, at most 100. */
export function modelName(wanted: string): string {
  const plain = wanted
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '')
    .slice(0, 100)
    .replace(/[-._]+$/, '');
  return plain === '' ? 'model' : plain;
}

/** A file's name without its folder and ending. */
export function baseName(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.replace(/\.[^.]*$/, '') || file;
}

/** A label as one line of a file of labels. */
export function labelLine(label: string): string {
  return label.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
