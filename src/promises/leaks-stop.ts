/**
 * Whether what a text holds beyond the place of its stop string is a part of that string, or what comes behind it: the stop did not
 * end it. A greedy text that took another turn right at that place is none of these.
 */
export function leaksStop(
  text: string,
  { free, stop, at }: { readonly free: string; readonly stop: string; readonly at: number },
): boolean {
  const beyond = text.slice(at)
  if (beyond === '') return false
  return beyond.includes(stop) || stop.startsWith(beyond) || free.startsWith(beyond, at + stop.length)
}
