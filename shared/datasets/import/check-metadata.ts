import { readHeader } from '../../open-images/header.ts'
import { parseImageListHeader } from '../../open-images/image-list.ts'
import type { Ports } from '../../platform/ports.ts'
import { openStored } from '../../platform/storage/stored-file.ts'
import { readClassList } from '../classes/class-files.ts'
import { fileKey, type ImportSubject } from './import-files.ts'
import type { ImportPlan } from './import-plan.ts'

/** Checks the stored files, without the rows of the box CSV. @throws AppError `bad-source` */
export async function checkMetadata(
  subject: ImportSubject,
  plan: ImportPlan,
  ports: Pick<Ports, 'config' | 'objects' | 'files'>,
): Promise<void> {
  await readHeader(await openStored(fileKey(subject, 'annotations', ports), ports))
  await readClassList(subject, ports)
  if (plan.files.some(({ source }) => source === 'images')) await checkImageList(subject, ports)
}

async function checkImageList(subject: ImportSubject, ports: Pick<Ports, 'config' | 'files'>): Promise<void> {
  const source = await openStored(fileKey(subject, 'images', ports), ports)
  const start = Buffer.from(await source.read(0, Math.min(source.size, 4096))).toString('utf8')
  const [header = ''] = start.split('\n', 1)
  parseImageListHeader(header)
}
