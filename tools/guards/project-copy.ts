import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

const NODE_MODULES = 'node_modules'

/** Copies the project's sources into a new folder, with a link to its packages. */
export async function copyProject(root: string, folder: string): Promise<void> {
  await mkdir(folder)
  const names = (await readdir(root)).filter((name) => !name.startsWith('.') && name !== NODE_MODULES)
  await Promise.all(names.map((name) => cp(join(root, name), join(folder, name), { recursive: true })))
  await symlink(join(root, NODE_MODULES), join(folder, NODE_MODULES))
}
