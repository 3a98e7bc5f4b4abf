export { floatsToHalves, halfToNumber, halvesToFloats, numberToHalf, roundEven } from '../../core/kinds/float16.ts';
