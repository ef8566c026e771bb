import * as z from 'zod'
import { AppError } from '../contracts/errors.ts'
import { endWithPeriod } from '../contracts/sentence.ts'
import { isClassId } from './class-id.ts'
import { type ClassLimits, NO_LIMITS } from './class-limits.ts'
import { readText } from './text-file.ts'

/** The edges of one class: down along Subcategory and Part, and up again. Each set is in file order. */
interface HierarchyNode {
  readonly subclasses: ReadonlySet<string>
  readonly parts: ReadonlySet<string>
  readonly parents: ReadonlySet<string>
  readonly wholes: ReadonlySet<string>
}

/**
 * The classes of a dataset as a graph, by id, in file order. The first one is the root.
 * It is not a tree: a class can have several parents, and a file may contain a cycle.
 */
export type Hierarchy = ReadonlyMap<string, HierarchyNode>

/** Selects the edges to follow: Subcategory alone, or Part as well. */
export interface EdgeChoice {
  readonly includeParts: boolean
}

const NO_EDGES: Pick<HierarchyNode, 'parents' | 'wholes'> = { parents: new Set(), wholes: new Set() }

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
      code === 'unrecognized_keys'
        ? 'must have no other fields than LabelName, Subcategory and Part'
        : 'must be a class',
  },
)

/**
 * Parses the published form, `{ LabelName, Subcategory?: [...], Part?: [...] }`, nested at most 100 levels deep.
 * A class can occur several times: its occurrences are merged. Pure.
 * @param fileName for messages
 * @param limits of an import
 * @throws AppError `bad-source` naming the path of the first invalid value, such as `Subcategory[3].LabelName`
 */
export function parseHierarchy(bytes: Uint8Array, fileName: string, limits: ClassLimits = NO_LIMITS): Hierarchy {
  const nodes = new Map<string, Edges>()
  let entries = 0
  const getNode = (classId: string): Edges => {
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
    if (depth > MAX_DEPTH) throw invalid(fileName, 'the hierarchy', `must be nested at most ${MAX_DEPTH} levels deep`)
    entries += 1
    if (entries > limits.hierarchyEntries)
      throw invalid(fileName, 'the hierarchy', `must have at most ${limits.hierarchyEntries} entries`)
    const { LabelName: classId, Subcategory, Part } = parseOccurrence(value, path, fileName)
    const node = getNode(classId)
    if (nodes.size > limits.classes)
      throw invalid(fileName, 'the hierarchy', `must have at most ${limits.classes} classes`)
    for (const [index, child] of Subcategory.entries()) {
      const childId = visit(child, `${path}Subcategory[${index}].`, depth + 1)
      node.subclasses.add(childId)
      getNode(childId).parents.add(classId)
    }
    for (const [index, child] of Part.entries()) {
      const childId = visit(child, `${path}Part[${index}].`, depth + 1)
      node.parts.add(childId)
      getNode(childId).wholes.add(classId)
    }
    return classId
  }
  visit(parseJson(bytes, fileName), '', 1)
  checkAncestors(nodes, fileName, limits)
  return nodes
}

/**
 * Each class counts for all of its ancestors, so that a deep hierarchy multiplies the work of an import, and that of
 * requests.
 * @throws AppError `bad-source` when a class has too many ancestors, or finding those of all classes takes too long
 */
function checkAncestors(hierarchy: Hierarchy, fileName: string, limits: ClassLimits): void {
  if (limits.ancestors === Number.POSITIVE_INFINITY) return
  let steps = 0
  for (const start of hierarchy.keys()) {
    const reached = new Set([start])
    for (const id of reached) {
      const { parents, wholes } = hierarchy.get(id) ?? NO_EDGES
      steps += parents.size + wholes.size
      for (const above of [parents, wholes]) for (const other of above) reached.add(other)
      if (reached.size > limits.ancestors + 1)
        throw invalid(
          fileName,
          start,
          `must be a subclass or part of at most ${limits.ancestors} classes, directly or not`,
        )
      if (steps > limits.ancestorSteps)
        throw invalid(
          fileName,
          'the hierarchy',
          `must have fewer relations: to find the ancestors of all classes takes more than ${limits.ancestorSteps} steps`,
        )
    }
  }
}

/**
 * Returns the class itself, then all its descendants, each once: breadth first, in file order, subclasses before parts.
 * For a class that is not in the hierarchy, returns the class alone. Pure.
 */
export const findDescendants = (hierarchy: Hierarchy, classId: string, { includeParts }: EdgeChoice): string[] =>
  reach([classId], (id) => {
    const node = hierarchy.get(id)
    return [...(node?.subclasses ?? []), ...((includeParts && node?.parts) || [])]
  })

/** Returns all ids that can be reached from `starts`, these first, breadth first, each once. Handles cycles. Pure. */
export function reach(starts: Iterable<string>, next: (id: string) => Iterable<string>): string[] {
  const reached = new Set(starts)
  // A set iterates in insertion order, including what is added during the iteration.
  for (const id of reached) for (const other of next(id)) reached.add(other)
  return [...reached]
}

type Edges = Record<keyof HierarchyNode, Set<string>>

function parseOccurrence(value: unknown, path: string, fileName: string): z.infer<typeof Occurrence> {
  const result = Occurrence.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalid(fileName, `${path}${issue?.path.map(String).join('.') ?? ''}`, issue?.message ?? 'must be a class')
}

function parseJson(bytes: Uint8Array, fileName: string): unknown {
  const text = readText(bytes, fileName)
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const shown = JSON.stringify(text.trimStart().slice(0, 40))
    const hint = /^\s*[[{]/.test(text) ? reason : `it must begin with "{", not with ${shown}`
    throw new AppError('bad-source', endWithPeriod(`${fileName} must be JSON: ${hint}`), [], error)
  }
}

function invalid(fileName: string, path: string, message: string): AppError {
  const at = path.replace(/\.$/, '') || 'the root'
  return new AppError('bad-source', `${fileName}: ${at} ${message}.`, [{ at: `${fileName}: ${at}`, message }])
}
