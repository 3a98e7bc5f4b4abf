import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../../../core/profile/random.ts';
import { root } from '../../../rules/sources.ts';

/** A picture as a caller would send it, with what it shows. */
export interface Picture {
  readonly of: string;
  readonly jpeg: Buffer;
}

const media = path.join(root, 'samples/picture-classifier/media');

/** What somebody's camera did to all that it takes. */
export const spoilt = {
  dark: { light: 0.45, blur: 0 },
  blurred: { light: 1, blur: 2.5 },
} as const;

/**
 * Draws of one source of pictures: each is one of the sample's own, cut, lit and packed a little differently. Seeded, and
 * every draw by itself, so that a reference and what comes in later are of one distribution.
 */
export function pictureSource(seed: number): (change?: { light: number; blur: number }) => Promise<Picture> {
  const random = seededRandom(seed);
  const names = readdirSync(media).filter((name) => name.endsWith('.jpg'));
  const files = new Map(names.map((name) => [name, readFileSync(path.join(media, name))]));
  return async ({ light, blur } = { light: 1, blur: 0 }) => {
    const name = names[Math.floor(random() * names.length)];
    const from = sharp(files.get(name));
    const { width = 0, height = 0 } = await from.metadata();
    const share = 0.85 + 0.15 * random();
    const [w, h] = [Math.floor(share * width), Math.floor(share * height)];
    const [left, top] = [Math.floor(random() * (width - w)), Math.floor(random() * (height - h))];
    const long = 240 + Math.floor(80 * random());
    const brightness = light * (0.9 + 0.2 * random());
    const quality = 80 + Math.floor(16 * random());
    const turned = random() < 0.5;
    let picture = from.extract({ left, top, width: w, height: h }).resize(long, long, { fit: 'inside' });
    if (turned) picture = picture.flop();
    picture = picture.linear(brightness, 0);
    if (blur > 0) picture = picture.blur(blur);
    return { of: path.parse(name).name, jpeg: await picture.jpeg({ quality }).toBuffer() };
  };
}
