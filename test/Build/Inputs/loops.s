# A loop around two loops; the second moves a register to the stack.
        .globl kernel
        .type kernel, @function
kernel:
        xorl %ecx, %ecx
0:      {vex} vpdpbusd (%rsi), %ymm1, %ymm0
        decq %rdx
        jne 0b
1:      vmovups %zmm0, -64(%rsp)
        vpdpbusd (%rsi), %zmm1, %zmm0
        vaddps -64(%rsp), %zmm0, %zmm0
        movq %rax, -8(%rsp)
        decq %rdi
        jne 1b
        incl %ecx
        jne kernel
        retq
