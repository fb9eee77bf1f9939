import { type TSchema, Type } from 'typebox';

/** A field that clients leave out, or send as null, when they mean nothing by it. */
export const Nullable = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]));
