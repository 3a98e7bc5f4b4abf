export interface View {
  /** CSS pixels per pixel of the picture. */
  readonly scale: number;
  /** Where the picture's upper left corner is on the stage. */
  readonly x: number;
  readonly y: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

export const mostScale = 64;

/** The whole picture in the middle; small ones enlarged by a whole factor, so that pixels stay square. */
export function fitView(picture: Size, stage: Size): View {
  const room = Math.min(stage.width / picture.width, stage.height / picture.height);
  const scale = Math.min(mostScale, room >= 2 ? Math.floor(room) : room);
  return centred(picture, stage, scale > 0 ? scale : 1);
}

export function centred(picture: Size, stage: Size, scale: number): View {
  return { scale, x: (stage.width - picture.width * scale) / 2, y: (stage.height - picture.height * scale) / 2 };
}

/** Zooms so that the point of the picture under (px, py) stays there. */
export function zoomAt(view: View, factor: number, px: number, py: number, least: number): View {
  const scale = Math.min(mostScale, Math.max(least, view.scale * factor));
  const change = scale / view.scale;
  return { scale, x: px - (px - view.x) * change, y: py - (py - view.y) * change };
}

/** Moved, but never so far that nothing of it is seen. */
export function panned(view: View, dx: number, dy: number, picture: Size, stage: Size): View {
  const keep = 40;
  const clamp = (at: number, length: number, room: number): number =>
    Math.min(room - keep, Math.max(keep - length * view.scale, at));
  return {
    scale: view.scale,
    x: clamp(view.x + dx, picture.width, stage.width),
    y: clamp(view.y + dy, picture.height, stage.height),
  };
}

/** The pixel of the picture under a point of the stage; null outside. */
export function pixelUnder(view: View, px: number, py: number, picture: Size): { x: number; y: number } | null {
  const x = Math.floor((px - view.x) / view.scale);
  const y = Math.floor((py - view.y) / view.scale);
  return x < 0 || y < 0 || x >= picture.width || y >= picture.height ? null : { x, y };
}
