/**
 * Starts reading items now, not when the first one is asked for: what they are read from is requested while the reader
 * still waits for something else. Holds one item.
 */
export function startReading<Item>(items: AsyncGenerator<Item>): AsyncIterable<Item> {
  const first = items.next()
  // A failure is thrown when the first item is asked for. Until then, it must not count as an unhandled rejection.
  first.catch(() => undefined)
  return (async function* () {
    const { done, value } = await first
    if (done) return
    yield value
    yield* items
  })()
}
