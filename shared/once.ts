/** Makes a value on first use and shares it; a failure is forgotten, so the next use tries again. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let held: Promise<Value> | undefined
  return () => {
    held ??= make().catch((error: unknown) => {
      held = undefined
      throw error
    })
    return held
  }
}
