/* Fills a ring and consumes it with libbpf, and says how long the consuming took.
 *
 *     consume MAP_ID PROGRAM_ID
 *
 * For each line "PASSES RECORDS" on standard input it runs the program PASSES times, with RECORDS as its context, each time
 * followed by one ring_buffer__consume, and prints: nanoseconds in ring_buffer__consume, records, bytes of payload. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static unsigned long long records, bytes;

static int count(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	records++;
	bytes += size;
	return 0;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	unsigned long long passes, n;
	struct ring_buffer *rb;
	int ring, program;

	if (argc != 3)
		return 2;
	ring = bpf_map_get_fd_by_id(strtoul(argv[1], NULL, 10));
	program = bpf_prog_get_fd_by_id(strtoul(argv[2], NULL, 10));
	if (ring < 0 || program < 0) {
		perror("open the ring and the program");
		return 1;
	}
	rb = ring_buffer__new(ring, count, NULL, NULL);
	if (!rb) {
		perror("map the ring");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	while (scanf("%llu %llu", &passes, &n) == 2) {
		long long took = 0;

		records = bytes = 0;
		while (passes--) {
			LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &n, .ctx_size_in = sizeof(n));
			long long from;
			int err;

			if (bpf_prog_test_run_opts(program, &opts)) {
				perror("fill the ring");
				return 1;
			}
			from = now();
			err = ring_buffer__consume(rb);
			took += now() - from;
			if (err < 0) {
				fprintf(stderr, "consume: %d\n", err);
				return 1;
			}
		}
		printf("%lld %llu %llu\n", took, records, bytes);
		fflush(stdout);
	}
	ring_buffer__free(rb);
	return 0;
}
