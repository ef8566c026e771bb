/**
 * Waits for several pieces of work, as `Promise.all` does, but rejects only when all have ended: on Lambda, work that
 * nobody waits for would overlap with the next call.
 * @throws the error of the first in order that failed, whichever failed first in time
 */
export async function awaitAll<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [At in keyof Work]: Awaited<Work[At]> }> {
  const ended = await Promise.allSettled(work)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return await Promise.all(work)
}
