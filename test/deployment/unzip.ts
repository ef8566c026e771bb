import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const DEFLATED = 8

/** Unpacks a zip archive into a folder, as Lambda does. @returns the names of its files */
export async function unzip(archive: string, folder: string): Promise<string[]> {
  const bytes = await readFile(archive)
  const end = bytes.lastIndexOf(Buffer.from(Uint32Array.of(END_OF_DIRECTORY).buffer))
  const names: string[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)]
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field))
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength!)
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const stored = bytes.subarray(from, from + size)
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), method === DEFLATED ? inflateRawSync(stored) : stored)
    names.push(name)
    at += 46 + nameLength! + extraLength! + commentLength!
  }
  return names
}
