import type { Finding } from './finding.ts';
import type { Place } from './place.ts';

const IMAGE =
  /^[a-z0-9]+([._-][a-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+(?<tag>:[\w][\w.-]{0,127})?(?<digest>@sha256:[0-9a-f]{64})?$/;

/** An image with its registry and a tag or digest that means one build. */
export function imageComplaint(image: Place): Finding[] {
  const { tag, digest } = IMAGE.exec(image.text() ?? '')?.groups ?? {};
  if (digest || (tag && tag !== ':latest')) return [];
  if (/[A-Z]/.test(nameOf(image.text() ?? '')))
    return [image.wrong(`"${image.text()}" is no image: registry and name are in lower case.`)];
  return [
    image.wrong(`"${image.text()}" is not one build: give registry/name with a tag other than latest, or a digest.`),
  ];
}

// A colon before the last slash is the registry's port.
const nameOf = (image: string): string => image.replace(/(?::[^/@]*)?(?:@.*)?$/, '');
