/** Decodes UTF-8; `undefined` stays `undefined`. */
export const decodeText = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && new TextDecoder().decode(bytes)

/** Reads a stream to its end and returns its bytes. */
export async function concatStream(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
