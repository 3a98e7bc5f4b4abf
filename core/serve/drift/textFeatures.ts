/** Scripts that are told apart; letters of others count as `other`. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['Hangul', /\p{Script=Hangul}/u],
  ['Japanese', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['Han', /\p{Script=Han}/u],
];

/** Words that are frequent in one language and rare in the others. */
const frequent: Readonly<Record<string, readonly string[]>> = {
  English: 'the and of to is that was with for it you this are have from not be at by on'.split(' '),
  German: 'der die das und ist nicht ein eine mit von zu auf den dem sich auch im es wir ich'.split(' '),
  French: 'le les et est une des pas que qui dans pour sur du au ce il avec vous nous je'.split(' '),
  Spanish: 'el los las y es una del que por con para se lo como más pero su al muy yo'.split(' '),
  Italian: 'il gli è che di per una non con sono della nel anche ma alla più questo ho mi si'.split(' '),
  Portuguese: 'os uma não que do da em para com por mais como mas ao ele das foi são você eu'.split(' '),
  Dutch: 'het een en van ik je niet dat is op te zijn voor met die er maar ook aan wij'.split(' '),
};
const languagesOf = new Map<string, readonly string[]>();
for (const [language, words] of Object.entries(frequent))
  for (const word of words) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);

/** Words of a long text that are looked at. */
const mostWords = 2000;
const mostCharacters = 20_000;

/**
 * Length and language of a text. Language is the script, and for Latin letters the language whose frequent words it has
 * most of; `Latin` where none stands out (a caption of two words tells no language).
 */
export function textFeatures(text: string): Readonly<Record<string, number | string>> {
  const seen = text.slice(0, mostCharacters);
  const words = (seen.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? []).slice(0, mostWords);
  const letters = [...seen].filter((character) => /\p{L}/u.test(character));
  const characters = [...seen].length;
  return {
    characters: text.length,
    words: words.length,
    ...(words.length === 0 ? {} : { wordLength: words.reduce((sum, word) => sum + word.length, 0) / words.length }),
    letters: characters === 0 ? 0 : letters.length / characters,
    language: languageOf(letters, words),
  };
}

function languageOf(letters: readonly string[], words: readonly string[]): string {
  if (letters.length === 0) return 'none';
  const counts = new Map<string, number>();
  for (const letter of letters) {
    const [script] = scripts.find(([, of]) => of.test(letter)) ?? ['other'];
    counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  // Japanese mixes its own letters with Han; those alone decide.
  if ((counts.get('Japanese') ?? 0) > 0.1 * letters.length) return 'Japanese';
  const script = mostOf(counts);
  if (script !== 'Latin') return script;
  const hits = new Map<string, number>();
  for (const word of words)
    for (const language of languagesOf.get(word) ?? []) hits.set(language, (hits.get(language) ?? 0) + 1);
  if (hits.size === 0) return 'Latin';
  const best = mostOf(hits);
  const most = hits.get(best) ?? 0;
  const others = [...hits].filter(([language]) => language !== best).map(([, count]) => count);
  return most > Math.max(0, ...others) ? best : 'Latin';
}

function mostOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0][0];
}
