import { normalise } from '../../../nodes/image/normalise.ts';
import { testNode } from '../../test-node.ts';

testNode(normalise);
