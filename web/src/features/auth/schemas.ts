import * as z from 'zod/mini'
import { zSignIn, zSignUp } from '@/api/gen/zod.gen'

export const zForgot = z.pick(zSignIn, { email: true })
/** The rules of a new password are those of the first one. */
export const zNewPassword = z.pick(zSignUp, { password: true })
/** Somebody whose address another service vouches for. */
export const zNewOrganization = z.pick(zSignUp, { name: true, organizationName: true })
/** Somebody who was invited: the address is that of the invitation. */
export const zNewPerson = z.pick(zSignUp, { name: true, password: true })
