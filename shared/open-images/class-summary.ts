import * as z from 'zod'

/** Class names or ids, as requests take them. */
export const ClassNames = z.array(z.string().min(1).max(200)).min(1).max(100)

const Description = z.object({ classId: z.string(), className: z.string() })

/** A boxable class as the list of a dataset's classes shows it. */
export const ClassSummary = Description.extend({
  /** Images with the class or a class below it, each counted once: what asking for the class finds. */
  imageCount: z.int(),
  boxCount: z.int(),
  /** Images with the class itself, whatever is below it. */
  ownImageCount: z.int(),
  ownBoxCount: z.int(),
  /** How many classes are below it. */
  subclassCount: z.int(),
  /** The classes right above it. A parent without a name, as the published root is, is left out. */
  parents: z.array(Description),
})
export type ClassSummary = z.infer<typeof ClassSummary>

/** A requested class and all that it stands for. */
export const ResolvedClass = Description.extend({
  /** As the caller wrote it. */
  requested: z.string(),
  /** The class itself, then all classes below it. */
  classIds: z.array(z.string()),
  /** The classes below it, parts among them when they were asked for. */
  subclasses: z.array(Description),
  /** Images that hold any of `classIds`, each counted once. */
  imageCount: z.int(),
  boxCount: z.int(),
})
export type ResolvedClass = z.infer<typeof ResolvedClass>

export const ResolvedClasses = z.object({
  classes: z.array(ResolvedClass),
  /** Ids that two or more of the classes stand for, in order of appearance. */
  sharedClassIds: z.array(z.string()),
})
export type ResolvedClasses = z.infer<typeof ResolvedClasses>
