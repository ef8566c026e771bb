import { open } from 'node:fs/promises'
import type { ByteSource } from '../shared/platform/storage/byte-source.ts'

/** A local file as a source of ranges, so that what is measured behind it is the same code as in front of S3. */
export async function fileSource(path: string): Promise<ByteSource & { close(): Promise<void> }> {
  const file = await open(path)
  const { size, mtimeMs } = await file.stat()
  return {
    size,
    etag: `"${size}-${mtimeMs}"`,
    read: async (start, end) => {
      const bytes = Buffer.allocUnsafeSlow(end - start)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
      if (bytesRead !== bytes.length) throw new Error(`${path} ends before byte ${end}`)
      return bytes
    },
    close: () => file.close(),
  }
}
