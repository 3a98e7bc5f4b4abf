import { resize } from '../../../nodes/image/resize.ts';
import { testNode } from '../../test-node.ts';

testNode(resize);
