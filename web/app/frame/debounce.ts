/**
 * Returns a function that acts after a pause without further calls, on the latest value.
 * @param signal aborted when it is not to act any more
 */
export function debounce<Value>(
  milliseconds: number,
  signal: AbortSignal,
  act: (value: Value) => void,
): (value: Value) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  signal.addEventListener('abort', () => clearTimeout(timer))
  return (value) => {
    clearTimeout(timer)
    if (!signal.aborted) timer = setTimeout(() => act(value), milliseconds)
  }
}
