import type { ProblemData } from '../../core/problems/problem.ts';
import { Lane } from './lanes.ts';

/** The lanes of one engine process, made when first needed. */
export class LanePool {
  private readonly lanes: Lane[] = [];
  private readonly sessions = new Map<Lane, number>();
  private readonly width: number;
  private readonly onHang: ((problem: ProblemData) => void) | undefined;

  /** `width` lanes at most, unless a node names a lane beyond them or asks for more copies. */
  constructor(width: number, onHang: ((problem: ProblemData) => void) | undefined) {
    this.width = width;
    this.onHang = onHang;
  }

  /** The lane for a new session: the one that is named, or the one with the fewest sessions. */
  choose(wanted: number): Lane {
    if (wanted >= 0) return this.at(wanted);
    let best = this.at(0);
    for (let index = 1; index < this.width; index++) {
      if (this.count(best) === 0) break;
      const lane = this.at(index);
      if (this.count(lane) < this.count(best)) best = lane;
    }
    return best;
  }

  /** Chooses a lane, counts the session that is to come, and starts the lane meanwhile. */
  reserve(wanted: number): Lane {
    const lane = this.choose(wanted);
    this.hold(lane);
    lane.warm();
    return lane;
  }

  /** Another lane than those `taken`, one of the fewest sessions; beyond the width when all within it are taken. */
  reserveBeside(taken: readonly Lane[]): Lane {
    let best: Lane | null = null;
    for (let index = 0; best === null || index < this.width; index++) {
      const lane = this.at(index);
      if (!taken.includes(lane) && (best === null || this.count(lane) < this.count(best))) best = lane;
    }
    this.hold(best);
    best.warm();
    return best;
  }

  /** A lane that has nothing to do and is none of `taken`; null when there is none. */
  idle(taken: readonly Lane[]): Lane | null {
    for (let index = 0; index < this.width; index++) {
      const lane = this.at(index);
      if (!taken.includes(lane) && lane.load() === 0) return lane;
    }
    return null;
  }

  hold(lane: Lane): void {
    this.sessions.set(lane, this.count(lane) + 1);
  }

  drop(lane: Lane): void {
    this.sessions.set(lane, Math.max(0, this.count(lane) - 1));
  }

  /** Lanes that hold sessions. */
  inUse(): number {
    return this.all().filter((lane) => this.count(lane) > 0).length;
  }

  count(lane: Lane): number {
    return this.sessions.get(lane) ?? 0;
  }

  all(): readonly Lane[] {
    return this.lanes.filter((lane) => lane !== undefined && !lane.dead);
  }

  private at(index: number): Lane {
    const known = this.lanes[index];
    if (known !== undefined && !known.dead) return known;
    const lane = new Lane(index, this.onHang);
    this.lanes[index] = lane;
    return lane;
  }
}
