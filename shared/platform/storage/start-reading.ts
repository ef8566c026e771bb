/**
 * Requests the first item now instead of when it is asked for. Holds what the generator holds after its first item. When
 * the reader stops, the generator is closed; a caller that may never start to read must close it itself.
 */
export function startReading<Item>(items: AsyncGenerator<Item>): AsyncIterable<Item> {
  const first = items.next()
  // A failure is thrown when the first item is asked for. Until then, it must not count as an unhandled rejection.
  first.catch(() => undefined)
  return (async function* () {
    const { done, value } = await first
    if (done) return
    try {
      yield value
      yield* items
    } finally {
      await items.return(undefined)
    }
  })()
}
