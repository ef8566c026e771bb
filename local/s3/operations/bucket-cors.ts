import * as z from 'zod'
import { receiveXml } from '../protocol/body.ts'
import { type CorsRule, preflightHeaders } from '../protocol/cors.ts'
import { S3Error } from '../protocol/errors.ts'
import { emptyReply, xmlReply } from '../protocol/reply.ts'
import { xmlCount, xmlList } from '../protocol/xml-schema.ts'
import type { Operation } from './operation.ts'

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']
const MAX_RULES = 100

const RuleXml = z.object({
  ID: z.string().optional(),
  AllowedOrigin: xmlList(z.string()),
  AllowedMethod: xmlList(z.string()),
  AllowedHeader: xmlList(z.string()),
  ExposeHeader: xmlList(z.string()),
  MaxAgeSeconds: xmlCount.optional(),
})
const CorsXml = z.object({ CORSRule: xmlList(RuleXml) })

export const putBucketCors: Operation = async (request, store) => {
  store.bucket(request.bucket)
  const { CORSRule } = await receiveXml(request, 'CORSConfiguration', CorsXml)
  if (CORSRule.length < 1 || CORSRule.length > MAX_RULES) throw new S3Error('MalformedXML')
  const cors = CORSRule.map(toRule)
  store.bucket(request.bucket)
  store.commit({ type: 'cors-set', bucket: request.bucket, cors })
  return emptyReply(200)
}

export const getBucketCors: Operation = ({ bucket }, store) => {
  const { cors } = store.bucket(bucket)
  if (cors.length === 0) throw new S3Error('NoSuchCORSConfiguration', { BucketName: bucket })
  const CORSRule = cors.map((rule) => ({
    ID: rule.id,
    AllowedOrigin: rule.origins,
    AllowedMethod: rule.methods,
    AllowedHeader: rule.headers,
    ExposeHeader: rule.exposed,
    MaxAgeSeconds: rule.maxAgeSeconds,
  }))
  return xmlReply('CORSConfiguration', { CORSRule })
}

export const deleteBucketCors: Operation = ({ bucket }, store) => {
  store.bucket(bucket)
  store.commit({ type: 'cors-set', bucket, cors: [] })
  return emptyReply(204)
}

export const preflight: Operation = (request, store) => {
  return emptyReply(200, preflightHeaders(store.findBucket(request.bucket)?.cors ?? [], request))
}

function toRule(xml: z.infer<typeof RuleXml>): CorsRule {
  if (xml.AllowedOrigin.length === 0 || xml.AllowedMethod.length === 0) throw new S3Error('MalformedXML')
  for (const method of xml.AllowedMethod) {
    if (METHODS.includes(method)) continue
    const message = `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`
    throw new S3Error('InvalidRequest', {}, message)
  }
  for (const pattern of [...xml.AllowedOrigin, ...xml.AllowedHeader]) {
    if (pattern.split('*').length <= 2) continue
    throw new S3Error('InvalidRequest', {}, `"${pattern}" can not have more than one wildcard.`)
  }
  return {
    ...(xml.ID !== undefined && { id: xml.ID }),
    origins: xml.AllowedOrigin,
    methods: xml.AllowedMethod,
    headers: xml.AllowedHeader,
    exposed: xml.ExposeHeader,
    ...(xml.MaxAgeSeconds !== undefined && { maxAgeSeconds: xml.MaxAgeSeconds }),
  }
}
