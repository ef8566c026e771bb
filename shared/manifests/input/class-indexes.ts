import type { RequestedClass } from '../../contracts/criteria.ts'
import type { Box } from '../../selection/engine/image-rows.ts'

/** The classes of a batch as a manifest writes them. */
export interface ClassIndexes {
  /** In request order: the position of a class is its `class_id`. All different. */
  readonly names: readonly string[]
  /** Names that several classes have. Those are followed by the id of the class in `names`. */
  readonly shared: readonly string[]
  /** Returns the `class_id` of a box. */
  indexOf(box: Pick<Box, 'className' | 'classId'>): number
}

/**
 * Numbers the classes of a batch. Two classes may have the same name; a box then counts for the first of them whose id, or
 * id of a subclass, it has. Pure.
 */
export function toClassIndexes(classes: readonly RequestedClass[]): ClassIndexes {
  const byName = Map.groupBy(classes, ({ className }) => className)
  const isShared = (className: string): boolean => (byName.get(className)?.length ?? 0) > 1
  return {
    names: classes.map(({ className, classIds: [classId] }) =>
      isShared(className) ? `${className} (${classId})` : className,
    ),
    shared: [...byName.keys()].filter(isShared),
    indexOf: ({ className, classId }) => {
      const [first, ...others] = byName.get(className) ?? []
      const own = others.length === 0 ? first : [first, ...others].find((one) => one?.classIds.includes(classId))
      return own ? classes.indexOf(own) : -1
    },
  }
}
