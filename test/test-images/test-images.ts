import { requestTestImages } from '../../shared/test-images/request.ts'
import type { TestImageView } from '../../shared/test-images/test-image.ts'
import { type MemoryPorts, memoryPorts } from '../fakes/ports.ts'
import { emptyWorld, type World } from '../fakes/world.ts'
import { jpegFile, pngFile } from './picture-files.ts'

/** An address whose query nobody but its server may see. */
export const SECRET = 'https://images.example/tire.jpg?signature=hidden'
export const PLATE = 'https://images.example/plate.png'
/** There is nothing. */
export const MISSING = 'https://images.example/missing.jpg'

export const JPEG = jpegFile(640, 480)
export const PNG = pngFile(30, 20)

export const onWeb = (world: World, url: string, bytes: Uint8Array): void =>
  void world.web.set(url, { bytes, etag: undefined, ranges: false })

/** A web with a JPEG and a PNG on it. */
export function picturesWorld(): World {
  const world = emptyWorld()
  onWeb(world, SECRET, JPEG)
  onWeb(world, PLATE, PNG)
  return world
}

export const picturesPorts = (): MemoryPorts => memoryPorts({ world: picturesWorld() })

/** Asks for one image. */
export async function request(url: string, ports: MemoryPorts): Promise<TestImageView> {
  const [item] = (await requestTestImages([url], ports)).view.items
  if (!item) throw new Error('no item')
  return item
}
