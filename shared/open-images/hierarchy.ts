import * as z from 'zod'
import { AppError } from '../contracts/errors.ts'
import { isClassId } from './class-id.ts'
import { readText } from './text-file.ts'

/** The edges of one class, each set in file order: down along Subcategory and Part, and up again. */
interface HierarchyNode {
  readonly subclasses: ReadonlySet<string>
  readonly parts: ReadonlySet<string>
  readonly parents: ReadonlySet<string>
  readonly wholes: ReadonlySet<string>
}

/**
 * The classes of a dataset as a graph, by id, in file order; the first is the root.
 * It is no tree: a class can have several parents, and a file that says so may hold a cycle.
 */
export type Hierarchy = ReadonlyMap<string, HierarchyNode>

/** Which edges count: Subcategory alone, or Part as well. */
export interface EdgeChoice {
  readonly includeParts: boolean
}

const MAX_DEPTH = 100
const Children = z.array(z.unknown(), { error: 'must be a list of classes' }).default([])
const Occurrence = z.strictObject(
  {
    LabelName: z
      .string({ error: 'must be a class id such as /m/0h9mv' })
      .refine(isClassId, { error: 'must be a class id such as /m/0h9mv' }),
    Subcategory: Children,
    Part: Children,
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? 'has a field that is none of LabelName, Subcategory, Part' : 'must be a class',
  },
)

/**
 * Reads the published form, `{ LabelName, Subcategory?: [...], Part?: [...] }`, nested at most 100 deep.
 * A class can occur many times: its occurrences are merged.
 * @param fileName for messages
 * @throws AppError `bad-source` naming the place of what is anything else, as `Subcategory[3].LabelName`
 */
export function parseHierarchy(bytes: Uint8Array, fileName: string): Hierarchy {
  const nodes = new Map<string, Edges>()
  const nodeOf = (classId: string): Edges => {
    const node = nodes.get(classId) ?? {
      subclasses: new Set(),
      parts: new Set(),
      parents: new Set(),
      wholes: new Set(),
    }
    nodes.set(classId, node)
    return node
  }
  const visit = (value: unknown, path: string, depth: number): string => {
    if (depth > MAX_DEPTH) throw bad(fileName, 'the hierarchy', `is nested more than ${MAX_DEPTH} deep`)
    const { LabelName: classId, Subcategory, Part } = parseOccurrence(value, path, fileName)
    const node = nodeOf(classId)
    for (const [index, child] of Subcategory.entries()) {
      const childId = visit(child, `${path}Subcategory[${index}].`, depth + 1)
      node.subclasses.add(childId)
      nodeOf(childId).parents.add(classId)
    }
    for (const [index, child] of Part.entries()) {
      const childId = visit(child, `${path}Part[${index}].`, depth + 1)
      node.parts.add(childId)
      nodeOf(childId).wholes.add(classId)
    }
    return classId
  }
  visit(parseJson(bytes, fileName), '', 1)
  return nodes
}

/**
 * The class itself, then all classes below it, each once: breadth first, in file order,
 * subclasses before parts.
 * A class that the hierarchy does not hold stands alone.
 */
export const findDescendants = (hierarchy: Hierarchy, classId: string, { includeParts }: EdgeChoice): string[] =>
  reach(classId, (id) => {
    const node = hierarchy.get(id)
    return [...(node?.subclasses ?? []), ...((includeParts && node?.parts) || [])]
  })

/** What can be reached from `start`, itself first, breadth first, each once; cycles end. */
export function reach(start: string, next: (id: string) => Iterable<string>): string[] {
  const reached = new Set([start])
  // A set is walked in the order of adding, and what is added on the way is walked too.
  for (const id of reached) for (const other of next(id)) reached.add(other)
  return [...reached]
}

type Edges = Record<keyof HierarchyNode, Set<string>>

function parseOccurrence(value: unknown, path: string, fileName: string): z.infer<typeof Occurrence> {
  const result = Occurrence.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw bad(fileName, `${path}${issue?.path.map(String).join('.') ?? ''}`, issue?.message ?? 'must be a class')
}

function parseJson(bytes: Uint8Array, fileName: string): unknown {
  const text = readText(bytes, fileName)
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('bad-source', `${fileName}: not JSON: ${reason}.`, [], error)
  }
}

function bad(fileName: string, path: string, problem: string): AppError {
  const at = path.replace(/\.$/, '') || 'the root'
  return new AppError('bad-source', `${fileName}: ${at} ${problem}.`, [{ at: `${fileName}: ${at}`, message: problem }])
}
