package dev.aidis.port.benchmark;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import com.sun.management.OperatingSystemMXBean;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * An application with a web server and the actuator and nothing else. It tells what its
 * start took, and what it takes while it rests, and ends. It knows nothing of the
 * starter, which may or may not be on its class path.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StartupApplication {

	static final String REST = "startup.rest";

	public static void main(String[] arguments) throws InterruptedException {
		SpringApplication application = new SpringApplication(StartupApplication.class);
		PortFileAnnouncement.addWriter(application, arguments);
		application.run(arguments);
		long millis = ManagementFactory.getRuntimeMXBean().getUptime();
		long nanos = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
		if (!PortFileAnnouncement.isWritten(arguments)) {
			System.out.println("The port file was not written");
			System.exit(1);
		}
		Thread.sleep(Duration.parse(System.getProperty(REST)).toMillis());
		int threads = ManagementFactory.getThreadMXBean().getThreadCount();
		// Twice, since what the first one finds to be cleared holds on to more.
		System.gc();
		System.gc();
		long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
		System.out.println(new Start(millis, nanos / 1_000_000, bytes / 1024, threads).line());
		System.exit(0);
	}

}
