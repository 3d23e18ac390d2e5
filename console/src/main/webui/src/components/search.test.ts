import { expect, it } from 'vitest';
import { textParameters } from './search';

it('reads the named parameters and nothing else', () => {
  expect(textParameters('name', 'status')({ name: 'a', other: 'b' })).toEqual({ name: 'a' });
});
it('reads a number as text, as a name may be one', () => expect(textParameters('name')({ name: 42 })).toEqual({ name: '42' }));
it('ignores what is not a text', () => expect(textParameters('name')({ name: { nested: true } })).toEqual({}));
