import { flip } from '../../../nodes/image/flip.ts';
import { testNode } from '../../test-node.ts';

testNode(flip);
