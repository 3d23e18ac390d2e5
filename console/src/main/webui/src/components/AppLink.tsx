import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

function Anchor({ ref, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> }) {
  return <a ref={ref} {...rest} />;
}

/** A link to a page of the console that a click with Ctrl opens in a new tab. */
export const AppLink = createLink(Anchor);
