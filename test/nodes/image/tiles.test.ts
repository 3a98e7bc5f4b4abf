import { tiles } from '../../../nodes/image/tiles.ts';
import { testNode } from '../../test-node.ts';

testNode(tiles);
