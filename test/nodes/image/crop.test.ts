import { crop } from '../../../nodes/image/crop.ts';
import { testNode } from '../../test-node.ts';

testNode(crop);
