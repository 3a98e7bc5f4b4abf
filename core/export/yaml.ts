import { Document, isScalar, Scalar, visit } from 'yaml';
import { wellFormed } from './names.ts';

/** Signs that some reader of YAML takes for an end of line or refuses, a word that YAML 1.1 has a type of its own for, and marks of documents. */
const needsQuotes = /[\r\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|^=$|^(---|\.\.\.)/;
const toEscape = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * YAML that old and new readers take for the same: words that YAML 1.1 reads as something else (`no`, `on`, `1:30`, `012`)
 * stand in quotes, odd signs by their number. Several documents are parted by `---`. `head` is for comments.
 */
export function yamlOf(documents: readonly unknown[], head: readonly string[] = []): string {
  const comments = head.map((line) => `# ${line.replace(/\s+/g, ' ').replace(toEscape, ' ')}\n`).join('');
  return `${comments}${documents.map(oneDocument).join('---\n')}`;
}

function oneDocument(value: unknown): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (!isScalar(node) || typeof node.value !== 'string') return;
      node.value = wellFormed(node.value);
      if (needsQuotes.test(String(node.value))) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // No folding: a long name stays on its line, so that a search finds it. What is escaped here stands in double quotes only.
  return document
    .toString({ lineWidth: 0 })
    .replace(toEscape, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
