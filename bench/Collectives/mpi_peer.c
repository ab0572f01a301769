/* The Open MPI processes of the all-reduce comparison; AllReduceBench.cs compiles and starts them and says what to time. */
#define _GNU_SOURCE
#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND_TAG = 7, IDLE_US = 1000 };

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec * 1e-3;
}

/* Rank 0 reads a command and gives it to all; the others sleep until it comes, since a waiting MPI call would spin. */
static int next_command(int rank, int workers, long command[2]) {
    char line[256];
    if (rank == 0) {
        long index;
        if (!fgets(line, sizeof line, stdin) || sscanf(line, "%ld %ld %ld", &index, &command[0], &command[1]) != 3)
            command[0] = -1;
        for (int peer = 1; peer < workers; peer++)
            MPI_Send(command, 2, MPI_LONG, peer, COMMAND_TAG, MPI_COMM_WORLD);
        return command[0] >= 0;
    }
    int arrived = 0;
    for (;;) {
        MPI_Iprobe(0, COMMAND_TAG, MPI_COMM_WORLD, &arrived, MPI_STATUS_IGNORE);
        if (arrived)
            break;
        usleep(IDLE_US);
    }
    MPI_Recv(command, 2, MPI_LONG, 0, COMMAND_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return command[0] >= 0;
}

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank, workers;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &workers);
    cpu_set_t core;
    CPU_ZERO(&core);
    CPU_SET(rank % sysconf(_SC_NPROCESSORS_ONLN), &core);
    sched_setaffinity(0, sizeof core, &core);
    if (rank == 0) {
        char greeting[256];
        puts("0");
        fflush(stdout);
        if (!fgets(greeting, sizeof greeting, stdin))
            MPI_Abort(MPI_COMM_WORLD, 1);
    }
    long command[2];
    while (next_command(rank, workers, command)) {
        long elements = command[0] / sizeof(float), iterations = command[1];
        float *gradient = malloc(command[0]);
        double *times = malloc(sizeof(double) * iterations);
        memset(gradient, 0, command[0]);
        MPI_Barrier(MPI_COMM_WORLD);
        for (long iteration = -(iterations / 4); iteration < iterations; iteration++) {
            double started = now_us();
            MPI_Allreduce(MPI_IN_PLACE, gradient, (int)elements, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
            if (iteration >= 0)
                times[iteration] = now_us() - started;
        }
        qsort(times, iterations, sizeof(double), by_value);
        double median = times[iterations / 2], slowest;
        MPI_Reduce(&median, &slowest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
        if (rank == 0) {
            printf("%f\n", slowest);
            fflush(stdout);
        }
        free(times);
        free(gradient);
    }
    MPI_Finalize();
    return 0;
}
