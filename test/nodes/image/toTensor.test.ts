import { toTensor } from '../../../nodes/image/toTensor.ts';
import { testNode } from '../../test-node.ts';

testNode(toTensor);
