import type { ProfileSummary } from '../../core/profile/profile.ts';
import { agoText, dateText } from '../shell/words.ts';

/** What a profile is called: as a person named it, else when it was measured. */
export function summaryTitle(
  { label, createdAt }: Pick<ProfileSummary, 'label' | 'createdAt'>,
  now = Date.now(),
): string {
  if (label !== '') return label;
  const at = Date.parse(createdAt);
  const ago = agoText(at, now);
  return /ago|now|yesterday/.test(ago) ? `Profile of ${ago}` : `Profile of ${dateText(at)}`;
}
