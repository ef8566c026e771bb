import { open } from 'node:fs/promises'
import type { ByteSource } from '../shared/platform/storage/byte-source.ts'

/** Opens a local file as a byte source, so that the benchmark runs the same code as with S3. */
export async function fileSource(path: string): Promise<ByteSource & { close(): Promise<void> }> {
  const file = await open(path)
  const { size, mtimeMs } = await file.stat()
  return {
    size,
    etag: `"${size}-${mtimeMs}"`,
    read: async (start, end) => {
      const bytes = Buffer.allocUnsafeSlow(end - start)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
      if (bytesRead !== bytes.length) throw new Error(`Unexpected end of ${path} before byte ${end}`)
      return bytes
    },
    close: () => file.close(),
  }
}
