/* SPDX-License-Identifier: 0BSD */
#ifndef PITH_OPERATORS
#define PITH_OPERATORS 1
/* Element types, with the numbers of ONNX's TensorProto.DataType. */
enum pith_type {
  PITH_TYPE_ABSENT = 0,  /* the node leaves the tensor out: data and shape are null */
  PITH_TYPE_F32 = 1,
  PITH_TYPE_U8 = 2,
  PITH_TYPE_I8 = 3,
  PITH_TYPE_U16 = 4,
  PITH_TYPE_I16 = 5,
  PITH_TYPE_I32 = 6,
  PITH_TYPE_I64 = 7,
  PITH_TYPE_BOOL = 9,    /* a byte each: 0 or 1 */
  PITH_TYPE_F16 = 10,    /* these, bf16 and f8: the format's bits */
  PITH_TYPE_F64 = 11,
  PITH_TYPE_U32 = 12,
  PITH_TYPE_U64 = 13,
  PITH_TYPE_BF16 = 16,
  PITH_TYPE_F8E4M3FN = 17,
  PITH_TYPE_F8E4M3FNUZ = 18,
  PITH_TYPE_F8E5M2 = 19,
  PITH_TYPE_F8E5M2FNUZ = 20,
  PITH_TYPE_U4 = 21,     /* these, i4, u2 and i2: a byte each, extended by the sign */
  PITH_TYPE_I4 = 22,
  PITH_TYPE_F4E2M1FN = 23, /* a byte each, whose upper bits are 0 */
  PITH_TYPE_F8E8M0FNU = 24,
  PITH_TYPE_U2 = 25,
  PITH_TYPE_I2 = 26
};

/* A tensor that a function of the caller reads or writes: row-major without gaps,
   aligned to its element type. Only the elements of outputs may be written. */
typedef struct pith_tensor {
  void *data;
  const int64_t *shape; /* `rank` sizes; null where that is 0 */
  int32_t rank;
  int32_t type; /* pith_type */
} pith_tensor;
#elif PITH_OPERATORS != 1
#error "headers of models that were compiled by incompatible versions of pith"
#endif
