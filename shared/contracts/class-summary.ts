import * as z from 'zod'

/** Class names or ids in requests. */
export const ClassNames = z.array(z.string().min(1).max(200)).min(1).max(100)

const Description = z.object({ classId: z.string(), className: z.string() })

/** A boxable class in the list of a dataset's classes. */
export const ClassSummary = Description.extend({
  imageCount: z
    .int()
    .describe(
      'Number of images with the class or any of its subclasses, each counted once. A selection of the class draws from these.',
    ),
  boxCount: z.int().describe('Number of boxes of the class and its subclasses'),
  ownImageCount: z.int().describe('Number of images with the class itself'),
  ownBoxCount: z.int().describe('Number of boxes of the class itself'),
  subclassCount: z.int().describe('Number of subclasses, direct and indirect'),
  parents: z
    .array(Description)
    .describe('Direct parents. Parents without a name, such as the root of Open Images, are omitted.'),
}).meta({ id: 'ClassSummary', description: 'A class that can be requested, with its counts.' })
export type ClassSummary = z.infer<typeof ClassSummary>

/** A requested class with its subclasses. */
export const ResolvedClass = Description.extend({
  requested: z.string().describe('The name or id as given in the request'),
  classIds: z.array(z.string()).describe('The class itself, then all its subclasses'),
  subclasses: z.array(Description).describe('The subclasses, including parts if `includeParts` is true'),
  imageCount: z.int().describe('Number of images with any of `classIds`, each counted once'),
  boxCount: z.int().describe('Number of boxes of any of `classIds`'),
}).meta({ id: 'ResolvedClass', description: 'A requested class with its subclasses and counts.' })
export type ResolvedClass = z.infer<typeof ResolvedClass>

export const ResolvedClasses = z.object({
  classes: z.array(ResolvedClass),
  sharedClassIds: z.array(z.string()).describe('Ids that belong to several of the classes, in order of appearance'),
})
export type ResolvedClasses = z.infer<typeof ResolvedClasses>
