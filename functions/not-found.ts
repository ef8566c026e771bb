import { awsObjectPorts } from '../shared/platform/aws/aws-object-ports.ts'
import { lambda } from '../shared/platform/http/route.ts'
import { unknownPath } from '../shared/platform/http/unknown-path.ts'

/** The route `$default`: unknown paths, and unknown methods of paths without a GET. */
export const endpoint = unknownPath

export const handler = lambda(endpoint, awsObjectPorts)
